# SPDX-License-Identifier: Apache-2.0
"""Turns a result folder into summary.json, report.html and report.md."""
