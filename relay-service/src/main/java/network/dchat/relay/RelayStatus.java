package network.dchat.relay;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import network.dchat.mailbox.AuditStatus;
import network.dchat.mailbox.MailboxStatus;
import network.dchat.relay.chain.ChainFollower;
import network.dchat.relay.chain.Registrar;
import network.dchat.relay.chain.Validators;
import network.dchat.starter.status.StatusContributor;

/// What a relay holds and follows, for operators: the same numbers in `/status`, `/relay/status`
/// and metrics.
public final class RelayStatus implements StatusContributor {
    private static final Duration LATELY = Duration.ofSeconds(30);

    private final RelayNode node;
    private final ChainFollower follower;
    private final Validators validators;
    private final Registrar registrar;
    private final Funds funds;

    /// The status of these parts.
    public RelayStatus(RelayNode node, ChainFollower follower, Validators validators,
            Registrar registrar, Funds funds, MeterRegistry meters) {
        this.registrar = registrar;
        this.funds = funds;
        this.node = node;
        this.follower = follower;
        this.validators = validators;
        gauge(meters, "users.known", MailboxStatus::users);
        gauge(meters, "users.attached", MailboxStatus::attachments);
        gauge(meters, "mailbox.messages", MailboxStatus::waitingMessages);
        gauge(meters, "outbox.messages", MailboxStatus::outboxMessages);
        gauge(meters, "envelopes.parked", MailboxStatus::parkedEnvelopes);
        gauge(meters, "commitments.waiting", MailboxStatus::waitingCommitments);
        gauge(meters, "transactions.open", MailboxStatus::openTransactions);
        gauge(meters, "deliveries.open", MailboxStatus::deliveries);
        gauge(meters, "commitments.affordable", MailboxStatus::affordable);
        gauge(meters, "roots.open", status -> status.audits().openRoots());
        gauge(meters, "deposits.held", status -> status.audits().heldDeposits());
        gauge(meters, "units.earned", status -> status.audits().earnedUnits());
        gauge(meters, "links", MailboxStatus::relays);
        gauge(meters, "links.failing", MailboxStatus::failingRelays);
        Gauge.builder("dchat.relay.height", follower, ChainFollower::height).register(meters);
    }

    /// The numbers by name.
    public Map<String, Object> fields() {
        MailboxStatus now = node.status();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("height", follower.height());
        fields.put("known_users", now.users());
        fields.put("attached_users", now.attachments());
        fields.put("mailbox_messages", now.waitingMessages());
        fields.put("outbox_messages", now.outboxMessages());
        fields.put("parked_envelopes", now.parkedEnvelopes());
        fields.put("waiting_commitments", now.waitingCommitments());
        fields.put("open_transactions", now.openTransactions());
        fields.put("open_deliveries", now.deliveries());
        AuditStatus audits = now.audits();
        fields.put("open_roots", audits.openRoots());
        fields.put("held_deposits", audits.heldDeposits());
        fields.put("settled_roots", audits.settledRoots());
        fields.put("burnt_roots", audits.burntRoots());
        fields.put("audits_made", audits.auditsMade());
        fields.put("challenges_made", audits.challengesMade());
        fields.put("challenges_met", audits.challengesMet());
        fields.put("earned_units", audits.earnedUnits());
        fields.put("links", now.relays());
        fields.put("failing_links", now.failingRelays());
        fields.put("account", funds.account().toString());
        fields.put("affordable_commitments", now.affordable());
        fields.put("registered", registrar.isRegistered());
        fields.put("validators", validators.count());
        fields.put("validators_reachable", validators.reachable(LATELY));
        return fields;
    }

    @Override
    public void contribute(Map<String, Object> status) {
        status.putAll(fields());
    }

    private void gauge(MeterRegistry meters, String name, ToDoubleFunction<MailboxStatus> value) {
        Gauge.builder("dchat.relay." + name, node, each -> value.applyAsDouble(each.status()))
                .register(meters);
    }
}
