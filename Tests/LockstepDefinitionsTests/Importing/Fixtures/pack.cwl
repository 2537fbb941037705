cwlVersion: v1.2
class: CommandLineTool
doc: Packs files into an archive, and again into a list of what is in it.
baseCommand: [tar, --create, --verbose, --sort=name, "--mtime=@0", --owner=0, --group=0, --numeric-owner, --dereference, --mode=0644, --show-transformed-names]
inputs:
  archive: { type: string, inputBinding: { prefix: --file, position: 1 } }
  settings:
    type:
      type: record
      fields:
        compress: { type: boolean?, inputBinding: { prefix: --gzip, position: 3 } }
        strip: { type: string?, inputBinding: { prefix: "--transform=", separate: false, position: 4 } }
    inputBinding: { position: 2 }
  members: { type: "File[]", inputBinding: { position: 5 } }
  excludes:
    type: ["null", { type: array, items: string, inputBinding: { prefix: --exclude=, separate: false } }]
    inputBinding: { position: 3 }
stdout: names.txt
outputs:
  packed:
    type: File
    outputBinding: { glob: $(inputs.archive) }
  names: stdout
