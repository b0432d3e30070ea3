using System.Net;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>How a <see cref="RealtimeEmulator"/> is set up. Everything has a default that suits a test.</summary>
public sealed record RealtimeEmulatorOptions
{
    private const int MaxTestKeyLength = 40;

    /// <summary>
    /// The one key the emulator takes; any other is refused as the service does: with 401, and on a WebSocket as
    /// <see cref="RefusesAtHandshake"/> says. At most 40 characters: what is longer looks like a real key, and a real key has no business here.
    /// </summary>
    public string ApiKey { get; init; } = "sk-emulator";

    /// <summary>The port of the http address; 0 takes a free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>The port of the https address; 0 takes a free one.</summary>
    public int HttpsPort { get; init; }

    /// <summary>The address to listen at, the loopback one by default. Any other needs <see cref="AllowRemoteClients"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Whether machines other than this one may connect.</summary>
    public bool AllowRemoteClients { get; init; }

    /// <summary>
    /// Origins whose pages may call the REST endpoints from a browser (CORS), as the browser sends them: <c>https://app.test:8443</c>, or
    /// <c>null</c> for pages opened from a file. Pages of loopback addresses, such as <c>http://localhost:3000</c>, always may. The default is
    /// empty. WebSockets are open to pages of every origin, as at the service.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Where the emulator's time comes from: expiry, delays, time stamps. Never how long an expectation waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes all ids the same from run to run; null makes them random.</summary>
    public int? Seed { get; init; }

    /// <summary>How long an expectation waits for the client, in real time whatever <see cref="TimeProvider"/> says. 10 seconds by default.</summary>
    public TimeSpan ExpectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How the model behaves that drives sessions without a script; what it says is set by <see cref="RealtimeEmulator.Model"/>.</summary>
    public EmulatorModelOptions Model { get; init; } = new();

    /// <summary>
    /// Whether a WebRTC offer that nothing answers (<see cref="RealtimeEmulator.OnOffer"/>) begins a call without media, whose answer rejects every medium:
    /// enough to test a sideband, useless to a browser. The default is <see langword="false"/>: such an offer is refused with 501, since the emulator has
    /// no WebRTC stack.
    /// </summary>
    public bool AnswersWithoutMedia { get; init; }

    /// <summary>
    /// Whether words and members that the emulator does not know are accepted: those that are newer than it, or belong to another server. The
    /// default is <see langword="false"/>: a voice, a model, a type or a member that the service does not know in November 2026 is refused in
    /// the service's words. With <see langword="true"/> they are accepted and have no effect; bounds, required members and
    /// <c>session.type</c> are checked all the same.
    /// </summary>
    public bool AcceptsUnknownValues { get; init; }

    /// <summary>
    /// The day on which the service is emulated: models and stored prompts that are shut down by then are refused. The default is null: nothing is
    /// shut down, whatever <see cref="TimeProvider"/> says, so that the result of a test does not depend on the calendar.
    /// </summary>
    public DateOnly? ServiceDate { get; init; }

    /// <summary>
    /// Whether a wrong key or model is refused by the HTTP status of the WebSocket handshake (401, 404, or 400 when no model is given). The default is
    /// <see langword="false"/>: as at OpenAI, the handshake succeeds, an <c>error</c> event says what is wrong, and the connection is closed with
    /// 3000, 4000 or 4004. Azure's paths always refuse at the handshake.
    /// </summary>
    public bool RefusesAtHandshake { get; init; }

    /// <summary>
    /// Called with every message of every session, in the order of each session: for logs and recorders. The default is null. It is called while
    /// the message is on its way, so it must not wait. An exception that it throws does not affect the session; the first one is thrown by
    /// <see cref="RealtimeEmulator.DisposeAsync"/>.
    /// </summary>
    public Action<EmulatorTraffic>? OnTraffic { get; init; }

    /// <summary>
    /// Called with every violation as it happens, for logs. The default is null. It is called while the session waits, so it must not wait. An
    /// exception that it throws does not affect the session; <see cref="RealtimeEmulator.DisposeAsync"/> throws it.
    /// </summary>
    public Action<EmulatorViolation>? OnViolation { get; init; }

    /// <summary>
    /// The maximum size of one WebSocket message of a client, in bytes and over all of its frames. The default is 32 MiB, which takes an append of
    /// 15 MiB of audio. A client that sends or announces more is closed with 1009.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Whether requests, messages, and sessions and calls that are over are kept to be looked at, which a test wants. The default is
    /// <see langword="true"/>. With <see langword="false"/>, for an emulator that runs for long, memory does not grow: only the newest 1,000 client
    /// secrets can be used, and a call that is never ended is removed after <see cref="EmulatorModelOptions.SessionDuration"/>.
    /// </summary>
    public bool KeepsHistory { get; init; } = true;

    /// <summary>Copies the options and every collection in them, so that a running emulator does not change.</summary>
    internal RealtimeEmulatorOptions Copy() => this with { AllowedOrigins = [.. AllowedOrigins], Model = Model.Copy() };

    internal void Validate()
    {
        Model.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1);
        ArgumentException.ThrowIfNullOrWhiteSpace(ApiKey);
        if (ApiKey.Length > MaxTestKeyLength)
            throw new ArgumentException($"{nameof(ApiKey)} is longer than {MaxTestKeyLength} characters, so it looks like a real key. The emulator wants a made-up one.");
        if (!AllowRemoteClients && !IPAddress.IsLoopback(Address))
            throw new ArgumentException($"{nameof(Address)} is reachable from other machines: set {nameof(AllowRemoteClients)} if that is meant.");
        if (AllowedOrigins.FirstOrDefault(origin => !CorsPolicies.IsOrigin(origin)) is { } other)
            throw new ArgumentException($"{nameof(AllowedOrigins)} has '{other}', which is not an origin: a scheme, a host and a port that is not the default, such as https://app.test:8443.");
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"ApiKey = {SecretPreview.Secret(ApiKey)}, Address = {Address}, HttpPort = {HttpPort}, HttpsPort = {HttpsPort}, Seed = {Seed}");
        return true;
    }
}
