using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Reads a pipe, and leaves in it the audio that was not requested.</summary>
internal sealed class PipeSource(PipeReader pipe, SampleFormat? format, bool isLive) : AudioSource
{
    public override SampleFormat? Format => format;

    public override bool IsLive => isLive;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            var length = (int)piece.Length;
            piece.CopyTo(buffer.Span);
            pipe.AdvanceTo(piece.End);

            // The owner of the pipe may call CancelPendingRead, which completes a read without audio. This is not the end of the audio.
            if (length > 0 || read.IsCompleted)
                return length;
        }
    }
}
