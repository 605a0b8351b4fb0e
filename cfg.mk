# cfg.mk - the style rules of this package, for make syntax-check.
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libportalocker authors
