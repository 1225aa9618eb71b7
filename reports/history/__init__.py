# SPDX-License-Identifier: Apache-2.0
"""History: every run that was imported, cell by cell, and where a cell's speed changed."""
