namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>A <see cref="RealtimeClient"/> as a client of Microsoft.Extensions.AI.</summary>
internal sealed class RealtimeClientAdapter(RealtimeClient client, string? model) : IRealtimeClient
{
    // The semantic conventions of OpenTelemetry have this name for OpenAI. The middleware for telemetry reads it.
    private readonly ChatClientMetadata _metadata = new("openai", providerUri: null, model);

    private volatile bool _isDisposed;

    public async Task<IRealtimeClientSession> CreateSessionAsync(RealtimeSessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var (connect, update) = SessionRequest.Create(options, model);
        var connection = await client.ConnectAsync(connect, cancellationToken).ConfigureAwait(false);
        try
        {
            if (update is not null)
                await connection.UpdateSessionAndWaitAsync(update, cancellationToken).ConfigureAwait(false);
            return new RealtimeSessionAdapter(connection, options, connect.Model ?? (connect.Session as RealtimeSessionConfiguration)?.Model);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(client) ? client
            : serviceType.IsInstanceOfType(_metadata) ? _metadata
            : null;
    }

    // The client belongs to the caller, who may use it for other sessions. Sessions are disposed by themselves.
    public void Dispose() => _isDisposed = true;
}
