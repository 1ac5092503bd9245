package network.dchat.gateway.rest;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.net.URI;
import java.time.Duration;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.messages.MessageHub;
import network.dchat.gateway.messages.MessageView;
import network.dchat.gateway.messages.News;
import network.dchat.gateway.messages.ProofDesk;
import network.dchat.gateway.messages.SendDesk;
import network.dchat.gateway.relay.Attachments;
import network.dchat.gateway.signature.Caller;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.RejectionCode;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Sends messages and tells what becomes of them.
@RestController
final class MessagesController {
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final SendDesk sending;
    private final News news;
    private final ProofDesk proofs;
    private final MessageHub hub;
    private final Attachments attachments;
    private final Blocking blocking;

    MessagesController(SendDesk sending, News news, ProofDesk proofs, MessageHub hub,
            Attachments attachments, Blocking blocking) {
        this.sending = sending;
        this.news = news;
        this.proofs = proofs;
        this.hub = hub;
        this.attachments = attachments;
        this.blocking = blocking;
    }

    /// 201 when message and history record are durable, 202 when the record still waits.
    @PostMapping(path = "/api/send", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<MessageView>> send(@RequestAttribute(RequestGuard.CALLER) Caller caller,
            @RequestBody SendBody body) {
        return blocking.call(() -> {
            MessageView view = sending.send(caller, body.decode());
            boolean durable = view.archive().state().equals("stored");
            return ResponseEntity.status(durable ? HttpStatus.CREATED : HttpStatus.ACCEPTED)
                    .location(URI.create("/api/messages/" + view.id())).body(view);
        });
    }

    @GetMapping("/api/messages/{id}")
    Mono<MessageView> message(@RequestAttribute(RequestGuard.CALLER) Caller caller,
            @PathVariable String id) {
        return blocking.call(() -> news.view(caller.address(), messageId(id)));
    }

    /// The portable proof in protobuf's JSON form, as `dchat verify` reads it.
    @GetMapping(path = "/api/messages/{id}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<String> proof(@RequestAttribute(RequestGuard.CALLER) Caller caller,
            @PathVariable String id) {
        return blocking.call(() -> {
            try {
                return JsonFormat.printer().print(proofs.proof(caller.address(), messageId(id)));
            } catch (InvalidProtocolBufferException impossible) {
                throw new IllegalStateException("proof: not printable", impossible);
            }
        });
    }

    /// Each change of the caller's messages from now on; a comment now and then keeps the stream
    /// alive.
    @GetMapping(path = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<MessageView>> events(
            @RequestAttribute(RequestGuard.CALLER) Caller caller) {
        Flux<ServerSentEvent<MessageView>> changes = hub.listen(caller.address())
                .map(view -> ServerSentEvent.builder(view).event(view.state())
                        .id(view.id() + "-" + view.changedAt()).build());
        Flux<ServerSentEvent<MessageView>> alive = Flux.interval(Duration.ZERO, KEEP_ALIVE)
                .onBackpressureDrop().map(_ -> {
                    attachments.touch(caller.address());
                    return ServerSentEvent.<MessageView>builder().comment("alive").build();
                });
        return changes.mergeWith(alive);
    }

    private static MessageId messageId(String hex) {
        try {
            return MessageId.of(hex);
        } catch (IllegalArgumentException _) {
            throw new RefusedException(RejectionCode.MALFORMED, "id: not 64 hex digits");
        }
    }
}
