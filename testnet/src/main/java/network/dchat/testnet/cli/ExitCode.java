package network.dchat.testnet.cli;

/// How a command ended.
public enum ExitCode {
    /// Done.
    OK(0),
    /// The work failed, or a proof does not hold.
    FAILED(1),
    /// Wrong arguments.
    USAGE(2),
    /// No testnet is running.
    NOT_RUNNING(3),
    /// It did not become healthy in time.
    UNHEALTHY(4),
    /// A port is taken.
    PORT_TAKEN(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The process's exit code.
    public int number() {
        return number;
    }

    /// A failure that ends a command with a code of its own.
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final ExitCode code;

        /// Says what failed and what to do.
        public Failure(ExitCode code, String message) {
            super(message);
            this.code = code;
        }

        /// The exit code.
        public ExitCode code() {
            return code;
        }
    }
}
