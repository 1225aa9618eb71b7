# SPDX-License-Identifier: Apache-2.0
"""The collecting half of the gate: builds two commits, counts and times them in pairs, writes raw.json.

What the figures mean is reports.gate's business; asked while collecting are only its rules for early
stopping and for what is measured anew.
"""
