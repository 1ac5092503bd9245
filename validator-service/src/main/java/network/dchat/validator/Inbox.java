package network.dchat.validator;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import network.dchat.consensus.Effect;
import network.dchat.consensus.Input;
import network.dchat.consensus.RefusalReason;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.validator.exchange.FrameReceiver;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;

/// What other validators send, on its way to the core. Each has a share of the memory, whatever
/// it sends; what does not fit is dropped, and asked for again. For many threads.
final class Inbox implements FrameReceiver {
    private static final long SHARE_BYTES = 32L * 1024 * 1024;

    private final NetworkId network;
    private final CoreLoop<Input, Effect> loop;
    private final PeerChannels channels;
    private final ConsensusMetrics metrics;
    private final InstantSource clock;
    private final BooleanSupplier isOpen;
    private final InboundBudget budget = new InboundBudget(SHARE_BYTES);

    /// @param isOpen whether anything is taken
    Inbox(NetworkId network, CoreLoop<Input, Effect> loop, PeerChannels channels,
            ConsensusMetrics metrics, InstantSource clock, BooleanSupplier isOpen) {
        this.network = network;
        this.loop = loop;
        this.channels = channels;
        this.metrics = metrics;
        this.clock = clock;
        this.isOpen = isOpen;
    }

    @Override
    public void received(PeerId validator, ConsensusFrame frame) {
        if (!isOpen.getAsBoolean()) {
            return;
        }
        List<ConsensusMessage> messages = new ArrayList<>(frame.getMessagesCount());
        List<ByteString> transactions = new ArrayList<>();
        for (ConsensusMessage message : frame.getMessagesList()) {
            if (message.hasTransactions()) {
                transactions.addAll(message.getTransactions().getTransactionsList());
            } else {
                messages.add(message);
            }
        }
        if (!messages.isEmpty()) {
            var input = new Input.Received(validator, messages, clock.millis());
            offer(input, validator, size(input));
        }
        if (!transactions.isEmpty()) {
            shared(validator, transactions);
        }
    }

    @Override
    public void abused(PeerId validator) {
        metrics.refused(RefusalReason.OVER_QUOTA);
        channels.judge(validator, Deed.MISBEHAVED);
    }

    @Override
    public void lost(PeerId validator) {
        loop.answer(new Input.PeerLost(validator, clock.millis()));
    }

    /// The core takes an input: its sender has that much room again.
    void taken(Input input) {
        if (input instanceof Input.Received received) {
            budget.giveBack(received.peer(), size(received));
        } else if (input instanceof Input.Shared shared) {
            budget.giveBack(shared.peer(), size(shared));
        }
    }

    private void offer(Input input, PeerId sender, long bytes) {
        if (!budget.take(sender, bytes)) {
            metrics.overloaded();
        } else if (!loop.offer(input)) {
            budget.giveBack(sender, bytes);
            metrics.overloaded();
        }
    }

    private void shared(PeerId validator, List<ByteString> encoded) {
        List<Transaction> good = new ArrayList<>(encoded.size());
        for (Verified<Transaction> each : Transactions.verifyAll(network, encoded)) {
            each.toOptional().ifPresent(good::add);
            each.refusal().ifPresent(rejection -> {
                metrics.transactionRefused(rejection.code());
                channels.judge(validator, Deed.REJECTED);
            });
        }
        if (!good.isEmpty()) {
            var input = new Input.Shared(validator, good, clock.millis());
            offer(input, validator, size(input));
        }
    }

    private static long size(Input.Received input) {
        return input.messages().stream().mapToLong(ConsensusMessage::getSerializedSize).sum();
    }

    private static long size(Input.Shared input) {
        return input.transactions().stream().mapToLong(each -> each.encoded().size()).sum();
    }
}
