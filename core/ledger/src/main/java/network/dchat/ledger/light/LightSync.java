package network.dchat.ledger.light;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.LightVerdict.Fault;
import network.dchat.wire.v1.LightBlock;

/// One verification of a target height from a trusted block (VerifyToTarget of the specification).
/// It asks for one light block at a time: [#step] says which, [#supply] brings it.
///
/// | way | asks for | on success | on too little trust |
/// |---|---|---|---|
/// | `SKIPPING` | the target | trusts it, tries the lowest that waits | the height half way |
/// | `SEQUENTIAL` | the next height | trusts it, asks for the next | cannot be |
///
/// Not for more than one thread. It asks for at most [LightSettings#maximumBlocks()] blocks.
public final class LightSync {
    /// How the way to the target is chosen.
    public enum Way {
        /// Every header between.
        SEQUENTIAL,
        /// As few headers as the overlap of validators allows.
        SKIPPING
    }

    /// What is next.
    public sealed interface Step {
        /// Bring the light block of this height.
        record Fetch(long height) implements Step {}

        /// The target is verified.
        ///
        /// @param target to be trusted from now on
        /// @param path every block that was verified on the way, the target last
        record Done(TrustedBlock target, List<TrustedBlock> path) implements Step {
            /// Copies the path.
            public Done {
                path = List.copyOf(path);
            }
        }

        /// The source of blocks must not be asked again, or trust must be given anew.
        ///
        /// @param height of the block that failed
        record Failed(long height, LightVerdict verdict) implements Step {}

        /// More blocks would be needed than the settings allow.
        record TooFar(int asked) implements Step {}
    }

    private record Candidate(LightBlock block, ValidatorSet validators) {
        long height() {
            return block.getSignedHeader().getHeader().getHeight();
        }
    }

    private final LightSettings settings;
    private final long target;
    private final List<TrustedBlock> path = new ArrayList<>();
    /// Blocks that too few trusted validators signed so far, the lowest first.
    private final Deque<Candidate> waiting = new ArrayDeque<>();
    private TrustedBlock trusted;
    private int asked;
    private Step step;

    /// Begins at a trusted block.
    ///
    /// @throws IllegalArgumentException when the target is not above it
    public LightSync(TrustedBlock trusted, long target, Way way, LightSettings settings) {
        if (target <= trusted.height()) {
            throw new IllegalArgumentException(
                    "target: " + target + " (expected: above " + trusted.height() + ")");
        }
        this.settings = settings;
        this.target = target;
        this.trusted = trusted;
        this.asked = 1;
        this.step = new Step.Fetch(way == Way.SKIPPING ? target : trusted.height() + 1);
    }

    /// What is next.
    public Step step() {
        return step;
    }

    /// Brings the block that [#step] asks for; says what is next.
    ///
    /// @throws IllegalStateException when none was asked for
    public Step supply(LightBlock block, Instant now) {
        if (!(step instanceof Step.Fetch(long height))) {
            throw new IllegalStateException("light sync: a block, but " + step);
        }
        Optional<ValidatorSet> validators = ValidatorSet.parse(block.getValidatorSet());
        if (block.getSignedHeader().getHeader().getHeight() != height) {
            step = failed(height, "height: " + block.getSignedHeader().getHeader().getHeight()
                    + " (expected: " + height + ")");
        } else if (validators.isEmpty()) {
            step = failed(height, "validator set: malformed or not in order");
        } else {
            waiting.push(new Candidate(block, validators.get()));
            step = advance(now);
        }
        return step;
    }

    private Step advance(Instant now) {
        LightVerifier verifier = new LightVerifier(settings);
        while (!waiting.isEmpty()) {
            Candidate lowest = waiting.getFirst();
            switch (verifier.verify(trusted, lowest.block().getSignedHeader(), lowest.validators(),
                    now)) {
                case LightVerdict.Success _ -> {
                    waiting.pop();
                    trusted = new TrustedBlock(lowest.block().getSignedHeader(),
                            Optional.of(lowest.validators()));
                    path.add(trusted);
                }
                case LightVerdict.NotEnoughTrust _ -> {
                    return fetch(trusted.height() + (lowest.height() - trusted.height()) / 2);
                }
                case LightVerdict.Invalid invalid -> {
                    return new Step.Failed(lowest.height(), invalid);
                }
            }
        }
        return trusted.height() == target
                ? new Step.Done(trusted, path)
                : fetch(trusted.height() + 1);
    }

    private Step fetch(long height) {
        if (asked == settings.maximumBlocks()) {
            return new Step.TooFar(asked);
        }
        asked++;
        return new Step.Fetch(height);
    }

    private static Step failed(long height, String reason) {
        return new Step.Failed(height, new LightVerdict.Invalid(Fault.MALFORMED, reason));
    }
}
