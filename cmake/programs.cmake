# The executables. `hearth` is the one a person runs; the others are helpers it starts, kept apart so
# that the core never maps an inference runtime or a document parser (docs/decisions/0002).

room(worker)
