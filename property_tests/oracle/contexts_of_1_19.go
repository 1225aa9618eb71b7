// SPDX-License-Identifier: Apache-2.0
// Before Go 1.21 contexts could not do that: cases that ask for it say so (`since`) and are not played.

//go:build !go1.21

package main

import "context"

func afterFunc(context.Context, func()) func() bool {
	panic("context.AfterFunc needs Go 1.21")
}

func withoutCancel(context.Context) context.Context {
	panic("context.WithoutCancel needs Go 1.21")
}
