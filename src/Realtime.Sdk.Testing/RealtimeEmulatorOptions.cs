using System.Net;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>The options of a <see cref="RealtimeEmulator"/>. The defaults are suitable for tests.</summary>
public sealed record RealtimeEmulatorOptions
{
    private const int MaxTestKeyLength = 40;

    /// <summary>
    /// The only API key that the emulator accepts. Any other key is refused with 401; for WebSockets, see <see cref="RefusesAtHandshake"/>. The default is
    /// <c>sk-emulator</c>. The maximum length is 40 characters, because a longer key may be a real one.
    /// </summary>
    public string ApiKey { get; init; } = "sk-emulator";

    /// <summary>The port for HTTP. The default is 0, a free port.</summary>
    public int HttpPort { get; init; }

    /// <summary>The port for HTTPS. The default is 0, a free port.</summary>
    public int HttpsPort { get; init; }

    /// <summary>
    /// The address to listen on. The default is <see cref="IPAddress.Loopback"/>. An address that is not a loopback address requires
    /// <see cref="AllowRemoteClients"/>.
    /// </summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Whether other machines may connect. The default is <see langword="false"/>.</summary>
    public bool AllowRemoteClients { get; init; }

    /// <summary>
    /// Origins whose pages may call the REST endpoints from a browser (CORS), as the browser sends them: <c>https://app.test:8443</c>, or
    /// <c>null</c> for pages opened from a file. Pages of loopback addresses, such as <c>http://localhost:3000</c>, are always allowed. The default
    /// is empty. Pages of any origin may open WebSockets, as at the service.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// The clock for expiration, delays and timestamps, but not for <see cref="ExpectTimeout"/>. The default is <see cref="TimeProvider.System"/>.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The seed for all IDs, which makes them the same in every run. The default is null: IDs are random.</summary>
    public int? Seed { get; init; }

    /// <summary>The maximum time that an expectation waits for the client, in real time and not by <see cref="TimeProvider"/>. The default is 10 seconds.</summary>
    public TimeSpan ExpectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The behavior of the model that drives sessions without a script. The default is a new <see cref="EmulatorModelOptions"/>. To set what the model says, use
    /// <see cref="RealtimeEmulator.Model"/>.
    /// </summary>
    public EmulatorModelOptions Model { get; init; } = new();

    /// <summary>
    /// Whether a WebRTC offer begins a call without media if there is no <see cref="RealtimeEmulator.OnOffer"/> callback. The SDP answer then rejects every
    /// media section, which is enough to test a sideband connection, but not for a browser. The default is <see langword="false"/>: such an offer is refused
    /// with 501, because the emulator has no WebRTC stack.
    /// </summary>
    public bool AnswersWithoutMedia { get; init; }

    /// <summary>
    /// Whether values and members that are unknown to the emulator are accepted, for example because they are newer or belong to another server. The
    /// default is <see langword="false"/>: a voice, model, type or member that the service did not support in November 2026 is refused with the service's
    /// message. With <see langword="true"/>, they are accepted and have no effect; ranges, required members and <c>session.type</c> are still checked.
    /// </summary>
    public bool AcceptsUnknownValues { get; init; }

    /// <summary>
    /// The date of the emulated service: models and stored prompts that are shut down on or before it are refused. The default is null: nothing is shut
    /// down, regardless of <see cref="TimeProvider"/>, so that the result of a test does not depend on the calendar.
    /// </summary>
    public DateOnly? ServiceDate { get; init; }

    /// <summary>
    /// Whether a wrong key or model is refused with the HTTP status of the WebSocket handshake (401, 404, or 400 without a model). The default is
    /// <see langword="false"/>: as at OpenAI, the handshake succeeds, an <c>error</c> event reports the reason, and the connection is closed with
    /// 3000, 4000 or 4004. On Azure's paths, wrong keys are always refused at the handshake.
    /// </summary>
    public bool RefusesAtHandshake { get; init; }

    /// <summary>
    /// Called with every message of every session, in the order of each session, for logs and recorders. The default is null. It delays the message, so it
    /// must not block. An exception that it throws does not affect the session; <see cref="RealtimeEmulator.DisposeAsync"/> throws the first one.
    /// </summary>
    public Action<EmulatorTraffic>? OnTraffic { get; init; }

    /// <summary>
    /// Called with every violation when it happens, for logs. The default is null. It delays the session, so it must not block. An exception that it throws
    /// does not affect the session; <see cref="RealtimeEmulator.DisposeAsync"/> throws the first one.
    /// </summary>
    public Action<EmulatorViolation>? OnViolation { get; init; }

    /// <summary>
    /// The maximum size of a WebSocket message from a client, in bytes over all its frames. The default is 32 MiB, enough for 15 MiB of audio in one append.
    /// If a client sends a larger message, or a frame header that announces one, the connection is closed with 1009.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Whether requests, messages, and sessions and calls that have ended are kept for a test to inspect. The default is <see langword="true"/>. With
    /// <see langword="false"/>, the memory use of a long-running emulator is bounded, and only the newest 1,000 client secrets are valid.
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
            throw new ArgumentException($"{nameof(ApiKey)} is longer than {MaxTestKeyLength} characters, so it may be a real key. Use a made-up key.");
        if (!AllowRemoteClients && !IPAddress.IsLoopback(Address))
            throw new ArgumentException($"{nameof(Address)} is reachable from other machines: set {nameof(AllowRemoteClients)} to allow it.");
        if (AllowedOrigins.FirstOrDefault(origin => !CorsPolicies.IsOrigin(origin)) is { } other)
            throw new ArgumentException($"{nameof(AllowedOrigins)} contains '{other}', which is not an origin. An origin is a scheme, a host and, unless it is the default, a port, such as https://app.test:8443.");
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"ApiKey = {SecretPreview.Format(ApiKey)}, Address = {Address}, HttpPort = {HttpPort}, HttpsPort = {HttpsPort}, Seed = {Seed}");
        return true;
    }
}
