package network.dchat.consensus;

/// The steps of a round, in their order (`step_p` in the paper).
public enum Step {
    /// Waits for the proposer's value.
    PROPOSE(1),
    /// Has prevoted.
    PREVOTE(2),
    /// Has precommitted.
    PRECOMMIT(3);

    private final int number;

    /// The step of a number that [#number] gave.
    static Step of(int number) {
        for (Step step : values()) {
            if (step.number == number) {
                return step;
            }
        }
        throw new IllegalArgumentException("step: " + number + " (expected: 1 to 3)");
    }

    Step(int number) {
        this.number = number;
    }

    /// The number that the sign guard, the log and announcements use.
    public int number() {
        return number;
    }
}
