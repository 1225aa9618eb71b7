# SPDX-License-Identifier: Apache-2.0
"""Two sides of measurements, cell by cell: ratio, interval, tie or not."""
