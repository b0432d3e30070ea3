using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A body that knows whether it was begun. Handlers speaking HTTP/1.1 keep back the end of the headers until they begin the body, so
/// as long as it was not begun no server can have acted on the request.
/// </summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private volatile bool _begun;

    public TrackedContent(ReadOnlyMemory<byte> body, string? contentType)
    {
        _body = body;
        if (contentType is not null)
            Headers.TryAddWithoutValidation("Content-Type", contentType);
    }

    public bool Begun => _begun;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _begun = true;
        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
