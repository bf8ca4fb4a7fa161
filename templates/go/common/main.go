// The component begins here. Its exports are in the folders `export_…`, which the bindings import.
package main

import (
	"runtime/debug"

	_ "example.com/my-plugin/bindings/wit_exports"
)

func init() {
	// Each call has a fresh instance that is thrown away afterwards: there is nothing to collect.
	debug.SetGCPercent(-1)
}

func main() {}
