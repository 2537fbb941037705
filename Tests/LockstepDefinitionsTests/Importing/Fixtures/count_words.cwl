cwlVersion: v1.2
class: CommandLineTool
id: word-counter
baseCommand: [wc]
arguments:
  - -w
  - { valueFrom: -c, position: 2 }
inputs:
  - id: text
    type: stdin
outputs:
  - id: words
    type: string
    outputBinding: { glob: counted, loadContents: true, outputEval: "$(self[0].contents)" }
  - id: status
    type: int
    outputBinding: { outputEval: $(runtime.exitCode) }
stdout: counted
