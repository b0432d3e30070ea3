using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>One source, from its first sample to the end of the user's turn.</summary>
internal sealed class InputRun(
    IInputHost host, TimeProvider time, InputBufferTracker buffer, SourceReader reader, WakeSignal signal, CancellationToken stop)
{
    private static readonly TimeSpan MaxPiece = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The duration of the pieces in which sources that are not live are sent, as on a telephone line. Longer pieces would need fewer events, but muting and the
    /// end of the silence after a turn take effect only between two pieces.
    /// </summary>
    private static readonly TimeSpan PacedPiece = TimeSpan.FromMilliseconds(20);

    private readonly InputConverter _converter = new();
    private readonly InputSchedule _schedule = new(time);
    private readonly bool _isLive = reader.Source.IsLive;
    private readonly TimeSpan _maxRead = reader.Source.IsLive ? MaxPiece : PacedPiece;
    private byte[] _silence = [];

    private SampleFormat SourceFormat => reader.Source.Format ?? host.InputFormat;

    /// <summary>Sends the source, then silence or a commit.</summary>
    public async Task RunAsync()
    {
        while (await SendNextAsync().ConfigureAwait(false))
        {
        }
        var format = host.InputFormat;
        await AppendPiecesAsync(_converter.Flush(format), format).ConfigureAwait(false);
        if (reader.HasUnsentAudio)
            host.OnSourceFailed(new InvalidDataException("The audio ended in the middle of a sample; everything before it was sent."));

        await SendSilenceAsync().ConfigureAwait(false);
        if (host.TurnDetection == TurnDetection.Disabled && buffer.CanCommit)
            await CommitAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the next audio of the source; returns false at its end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendNextAsync()
    {
        var from = SourceFormat;
        var limit = GetLength(_maxRead, from);

        // Live audio is sent as it arrives, other audio in complete pieces.
        await reader.FillAsync(_isLive ? from.BytesPerSample : limit, limit, stop).ConfigureAwait(false);
        if (!_isLive)
            await WaitUntilDueAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();

        // The session's format may have changed during the waits.
        from = SourceFormat;
        var to = host.InputFormat;
        var audio = reader.Peek(from.BytesPerSample);
        if (audio.IsEmpty)
            return !reader.HasEnded;
        audio = audio[..Math.Min(audio.Length, GetLength(_maxRead, from))];
        await AppendPiecesAsync(_converter.Convert(audio, from, to), to).ConfigureAwait(false);
        reader.Consume(audio.Length);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AppendPiecesAsync(Memory<byte> audio, SampleFormat format)
    {
        var limit = GetLength(MaxPiece, format);
        while (!audio.IsEmpty)
        {
            if (!_isLive)
                await WaitUntilDueAsync().ConfigureAwait(false);
            var piece = audio[..Math.Min(audio.Length, limit)];

            // Decided for each piece, so that muting takes effect at the next one.
            if (host.SendsSilence)
                piece.Span.Fill(format.SilenceByte);
            await AppendAsync(piece, format).ConfigureAwait(false);
            audio = audio[piece.Length..];
        }
    }

    private async ValueTask SendSilenceAsync()
    {
        var wasSpeaking = host.IsUserSpeaking;
        var sent = TimeSpan.Zero;
        while (sent < TrailingSilence.GetMaxDuration(host.TurnDetection, wasSpeaking))
        {
            await WaitUntilDueAsync().ConfigureAwait(false);
            var isSpeaking = host.IsUserSpeaking;

            // The server has detected the end of the turn.
            if (wasSpeaking && !isSpeaking)
                return;
            wasSpeaking = isSpeaking;

            var format = host.InputFormat;
            var length = GetLength(PacedPiece, format);
            if (_silence.Length < length)
                _silence = new byte[length];
            _silence.AsSpan(0, length).Fill(format.SilenceByte);
            await AppendAsync(_silence.AsMemory(0, length), format).ConfigureAwait(false);
            sent += format.DurationOf(length);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AppendAsync(ReadOnlyMemory<byte> audio, SampleFormat format)
    {
        await host.AppendAsync(audio, stop).ConfigureAwait(false);
        buffer.Append(format.DurationOf(audio.Length));
        _schedule.Advance(format, audio.Length);
    }

    private async ValueTask CommitAsync()
    {
        // The user finishes speaking when the duration of the last piece has passed, so the commit waits until then.
        if (!_isLive)
            await WaitUntilDueAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();

        // The session may have been replaced during the wait, and its buffer may have too little audio to commit.
        if (!buffer.CanCommit)
            return;

        // HAS
        buffer.RecordCommit();
        try
        {
            await host.CommitAsync(stop).ConfigureAwait(false);
        }
        catch
        {
            buffer.RecordRefusal();
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitUntilDueAsync()
    {
        while (_schedule.UntilDue is { Ticks: > 0 } left)
        {
            stop.ThrowIfCancellationRequested();
            await signal.WaitAsync(left).ConfigureAwait(false);
        }
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Returns the length in bytes of the whole samples within a duration, but of at least one sample.</summary>
    private static int GetLength(TimeSpan duration, SampleFormat format) =>
        (int)Math.Max(1, duration.Ticks * format.Rate / TimeSpan.TicksPerSecond) * format.BytesPerSample;
}
