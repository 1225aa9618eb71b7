// SPDX-License-Identifier: Apache-2.0
// What contexts can do since Go 1.21.

//go:build go1.21

package main

import "context"

var (
	afterFunc     = context.AfterFunc
	withoutCancel = context.WithoutCancel
)
