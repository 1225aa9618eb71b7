// SPDX-License-Identifier: Apache-2.0
module gauntlet/oracle

go 1.19
