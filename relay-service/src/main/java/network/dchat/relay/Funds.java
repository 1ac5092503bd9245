package network.dchat.relay;

import java.util.Optional;
import network.dchat.identity.WalletAddress;
import network.dchat.mailbox.MailboxStatus;
import network.dchat.starter.status.ProgressCheck;

/// Whether the relay's account pays for the order of at least one more message. Without that the
/// relay takes no messages from its users, because they would never become final; what waits in its
/// mailboxes is still delivered.
public final class Funds implements ProgressCheck {
    private final RelayNode node;
    private final WalletAddress account;

    Funds(RelayNode node, WalletAddress account) {
        this.node = node;
        this.account = account;
    }

    /// Who is to be paid.
    WalletAddress account() {
        return account;
    }

    @Override
    public String part() {
        return "funds";
    }

    @Override
    public Optional<String> blockedBy() {
        MailboxStatus status = node.status();
        return status.affordable() == 0
                ? Optional.of("account " + account + " cannot pay for a message, deposits of "
                        + status.audits().heldDeposits()
                        + " are held until their audits are over: transfer units to it")
                : Optional.empty();
    }
}
