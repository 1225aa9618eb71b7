module gauntlet/impls/go

go 1.19
