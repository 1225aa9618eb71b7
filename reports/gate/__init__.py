# SPDX-License-Identifier: Apache-2.0
"""The judging half of the gate: raw data in, verdict out; nothing here runs a process or looks at a clock."""
