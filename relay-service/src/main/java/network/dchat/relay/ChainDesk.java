package network.dchat.relay;

import java.io.IOException;
import java.util.List;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.wire.v1.Finality;

/// What a relay asks of the chain. Calls block, so they are made on virtual threads.
public interface ChainDesk {
    /// Submits transactions to validators: an answer for each, in order.
    List<Input.TransactionAnswered> submit(List<Effect.Transaction> transactions);

    /// Where commitments stand, verified; those that are in no block are left out.
    List<Finality> positions(List<OrderCommitment> commitments);

    /// This relay's account, as most validators tell it.
    ///
    /// @throws IOException when no validator answers
    Standing account() throws IOException;

    /// What an account may still do.
    ///
    /// @param highestSequence that was used
    /// @param affordable commitments and receipts that its balance pays for
    record Standing(long highestSequence, long affordable) {}

    /// Blocks are wanted from the one after a height on.
    void follow(long height);
}
