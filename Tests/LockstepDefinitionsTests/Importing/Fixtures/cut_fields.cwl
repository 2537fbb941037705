cwlVersion: v1.2
class: CommandLineTool
baseCommand: cut
inputs:
  delimiter: { type: string, default: ":", inputBinding: { prefix: -d, separate: false } }
  fields:
    type: int[]
    inputBinding: { prefix: -f, itemSeparator: "," }
  table: { type: File, inputBinding: { position: 1 } }
  output_name: { type: string, default: cut.txt }
stdout: $(inputs.output_name)
outputs:
  cut:
    type: File
    outputBinding: { glob: $(inputs.output_name) }
