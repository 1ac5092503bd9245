package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.List;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.simulation.Action;
import network.dchat.simulation.Machine;
import network.dchat.wire.v1.CommittedBlock;

/// A relay that delivers nothing and lists every position as soon as it is ordered.
final class ThiefMachine implements Machine<Post, Event> {
    static final String NAME = "thief";

    private long height;
    private long sequence;

    @Override
    public List<Action<Post, Event>> start(long nowMillis) {
        return List.of();
    }

    @Override
    public List<Action<Post, Event>> receive(String from, Post message, long nowMillis) {
        List<Action<Post, Event>> actions = new ArrayList<>();
        if (message instanceof Post.Blocks(List<CommittedBlock> blocks)) {
            for (CommittedBlock block : blocks) {
                ObservedBlock observed = ObservedBlock.of(block);
                if (observed.height() > height) {
                    height = observed.height();
                    steal(observed, actions);
                }
            }
        }
        return actions;
    }

    @Override
    public List<Action<Post, Event>> apply(Event event) {
        throw new IllegalStateException("thief: unexpected " + event);
    }

    /// Units of the thief, deposits left out.
    static long balance(ChainState state) {
        return state.account(network.dchat.identity.WalletAddress.of(People.key(NAME).publicKey()))
                .balance();
    }

    private void steal(ObservedBlock block, List<Action<Post, Event>> actions) {
        for (ObservedBlock.Batch batch : block.batches()) {
            List<OrderPosition> positions = new ArrayList<>();
            for (int index = 0; index < batch.commitments().size(); index++) {
                positions.add(new OrderPosition(block.height(), batch.transaction(), index));
            }
            sequence++;
            actions.add(
                    Action.send(ChainMachine.NAME,
                            new Post.Submit(
                                    List.of(Transactions
                                            .deliveryRoot(People.NETWORK, People.key(NAME),
                                                    sequence, People.hash("no tree"), positions)
                                            .encoded()))));
        }
    }
}
