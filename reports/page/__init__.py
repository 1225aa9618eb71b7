# SPDX-License-Identifier: Apache-2.0
"""The page: report.html as one file, from the summary's view, its parts, its style, its script and Vega."""
