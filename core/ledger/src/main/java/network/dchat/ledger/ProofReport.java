package network.dchat.ledger;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.WalletAddress;

/// What a portable proof shows, and each step of checking it.
///
/// An order that is proven means: the message was ordered no later than this position. A delivery
/// that is proven means: it was delivered to this recipient no later than that block. No trusting
/// period applies: whoever held more than two thirds of the validators' keys at any time since
/// could have made it.
///
/// @param networkId of the genesis against which it was checked
/// @param steps in the order in which they were taken
/// @param ordered where and when, when every step of the order passed
/// @param delivered where and when, when every step of order and delivery passed
public record ProofReport(NetworkId networkId, List<Step> steps, Optional<Ordered> ordered,
        Optional<Delivered> delivered) {
    /// Copies the list.
    public ProofReport {
        steps = List.copyOf(steps);
    }

    /// One check.
    ///
    /// @param name what was checked, the same in every report
    /// @param passed whether it holds
    /// @param reason why not, or what was found
    public record Step(String name, boolean passed, String reason) {}

    /// A message in the order of all messages.
    ///
    /// @param blockTimeMillis milliseconds since 1970
    public record Ordered(MessageId messageId, WalletAddress recipient, OrderPosition position,
            long blockTimeMillis) {}

    /// A delivery in the chain.
    ///
    /// @param height of the block that holds the delivery root
    /// @param blockTimeMillis milliseconds since 1970
    /// @param receivedAtMillis what the recipient's device says
    public record Delivered(long height, long blockTimeMillis, long receivedAtMillis) {}

    /// True when no step failed.
    public boolean isValid() {
        return steps.stream().allMatch(Step::passed);
    }

    /// The first step that failed.
    public Optional<Step> failure() {
        return steps.stream().filter(step -> !step.passed()).findFirst();
    }
}
