# SPDX-License-Identifier: Apache-2.0
"""The race verb: programs of known outcome, and a user's own, under ThreadSanitizer on every lane."""
