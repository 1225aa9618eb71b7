# SPDX-License-Identifier: Apache-2.0
"""Tests of the report: pinned statistics, golden folders, bad inputs."""
