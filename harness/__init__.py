# SPDX-License-Identifier: Apache-2.0
"""The harness as a Python package, so that the driver runs as `python -m harness.drive`."""
