package network.dchat.relay.chain;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.Input;
import network.dchat.relay.RelayInbox;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the chain knows this relay: asks for the registry now and then, and for a
/// place in it while there is none.
public final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private final Validators validators;
    private final PeerId self;
    private final RegisterNode wish;
    private final RelayInbox inbox;
    private final ExecutorService executor;
    private volatile boolean registered;

    /// A registrar for a relay.
    public Registrar(Validators validators, PeerId self, RegisterNode wish, RelayInbox inbox,
            ExecutorService executor) {
        this.validators = validators;
        this.self = self;
        this.wish = wish;
        this.inbox = inbox;
        this.executor = executor;
    }

    /// Whether the chain named this relay when it was last asked.
    public boolean isRegistered() {
        return registered;
    }

    /// Looks once, in the background.
    public void look() {
        if (registered) {
            return;
        }
        try {
            executor.execute(this::ask);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=registry-not-asked reason=\"the node stops\"");
        }
    }

    private void ask() {
        try {
            RegistryResponse registry = validators.ask(validator -> validator
                    .registry(RegistryRequest.newBuilder().setRole(Role.RELAY).build()));
            registered = registry.getNodesList().stream()
                    .anyMatch(node -> node.getPeerKey().equals(self.publicKey().bytes()));
            if (!registered) {
                inbox.offer(new Input.RegistrationWanted(wish, inbox.now()));
            }
        } catch (IOException | StatusRuntimeException failed) {
            LOG.debug("event=registry-not-asked reason=\"{}\"", failed.getMessage());
        }
    }
}
