using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>A <see cref="RealtimeConnection"/> as a session of Microsoft.Extensions.AI. Thread-safe, except that there can be only one reader.</summary>
internal sealed class RealtimeSessionAdapter : IRealtimeClientSession
{
    private readonly RealtimeConnection _connection;
    private readonly RealtimeSessionOptions? _requested;
    private readonly ChatClientMetadata _metadata;
    private readonly ToolSet _tools = new();
    private readonly ResponseRequests _responses = new();
    private EffectiveOptions? _effective;

    public RealtimeSessionAdapter(RealtimeConnection connection, RealtimeSessionOptions? options, string? model)
    {
        (_connection, _requested) = (connection, options);
        _metadata = new("openai", providerUri: null, model);
        _tools.Add(options?.Tools);
    }

    /// <summary>The options that the server has reported, with the tools of the app in place of their declarations.</summary>
    public RealtimeSessionOptions? Options
    {
        get
        {
            if (_connection.Session is not { } session)
                return _requested;
            var effective = Volatile.Read(ref _effective);
            if (effective is null || !ReferenceEquals(effective.Session, session) || effective.ToolsVersion != _tools.Version)
            {
                effective = new(session, _tools.Version, SessionOptionsReader.Read(session, _tools));
                Volatile.Write(ref _effective, effective);
            }
            return effective.Options;
        }
    }

    public async Task SendAsync(RealtimeClientMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (message is CreateResponseRealtimeClientMessage create)
        {
            await RequestResponseAsync(ClientEvents.CreateResponse(create), cancellationToken).ConfigureAwait(false);
            return;
        }
        if (message is SessionUpdateRealtimeClientMessage { RawRepresentation: null } update)
            _tools.Add(update.Options.Tools);
        foreach (var clientEvent in ClientEvents.Create(message, _connection.Session?.Configuration))
            await _connection.SendAsync(clientEvent, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<RealtimeServerMessage> GetStreamingResponseAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var serverEvent in _connection.ReadEventsAsync(cancellationToken).ConfigureAwait(false))
        {
            // Before the message is returned, so that a caller that sends a request on the end of a response does not have to wait.
            if (_responses.Observe(serverEvent) is { } next)
                await SendWaitingAsync(next).ConfigureAwait(false);
            yield return ServerMessages.Create(serverEvent, _connection.Session?.Configuration);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_connection) ? _connection
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : null;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task RequestResponseAsync(ResponseCreateEvent request, CancellationToken cancellationToken)
    {
        // The connection refuses an event with errors. It must not wait, because then the exception would reach the reader instead of the caller.
        var hasErrors = request.Validate().Any(violation => violation.Severity == ConstraintSeverity.Error);
        if (!hasErrors && !_responses.TryBegin(request))
            return;
        try
        {
            await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch when (!hasErrors)
        {
            _responses.Abandon(request);
            throw;
        }
    }

    private async Task SendWaitingAsync(ResponseCreateEvent request)
    {
        try
        {
            await _connection.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RealtimeException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is ending, and the reader gets the reason after the events that were received.
            _responses.Abandon(request);
        }
    }

    private sealed record EffectiveOptions(RealtimeSession Session, int ToolsVersion, RealtimeSessionOptions Options);
}
