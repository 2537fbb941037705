import Glibc
import LockstepCommands

@main
struct Lockstep {
    static func main() async {
        exit(await LockstepProgram.run(Array(CommandLine.arguments.dropFirst())))
    }
}
