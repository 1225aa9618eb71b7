# SPDX-License-Identifier: Apache-2.0
"""Charts as Vega specifications: one file per kind, drawn in the page by Vega and on the disk by vl-convert.

A specification holds no data and no colour of its own: rows and colours come with the data, so that the
page (CSS variables) and a still (fixed colours) show the same drawing.
"""
