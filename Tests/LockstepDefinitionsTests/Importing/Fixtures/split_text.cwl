cwlVersion: v1.2
class: CommandLineTool
baseCommand: split
arguments: [{ valueFrom: piece-, position: 3 }]
inputs:
  lines: { type: int, default: 2, inputBinding: { prefix: -l } }
  text: { type: File, inputBinding: { position: 2 } }
outputs:
  pieces: { type: "File[]", outputBinding: { glob: piece-* } }
  first: { type: File, outputBinding: { glob: "*-aa" } }
  some: { type: "File[]", outputBinding: { glob: [piece-ab, "piece-a[ac]"] } }
  none: { type: "File[]", outputBinding: { glob: "*.nothing" } }
  perhaps: { type: File?, outputBinding: { glob: missing.txt } }
