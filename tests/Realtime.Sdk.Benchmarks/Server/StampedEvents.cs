using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The events of a voice turn, again and again with different IDs, each with the time at which it is sent in its event ID.</summary>
internal sealed class StampedEvents(Traffic traffic)
{
    /// <summary>The frames of a turn, one for each event.</summary>
    public static byte[][] Frames { get; } = [.. VoiceTurn.Numbered.Repeated.Select(message => TurnFrames.Frame(message.Utf8))];

    private static readonly (int[] Numbers, int[] Before)[] Places = [.. Frames.Select(frame => NumberedTurn.Places(frame))];
    private static readonly int[] Stamps = [.. Frames.Select(frame => frame.AsSpan().IndexOf(EventStamp.Before) + EventStamp.Before.Length)];

    private readonly Lock _lock = new();
    private readonly byte[] _frame = new byte[Frames.Max(frame => frame.Length)];
    private bool _hasEnded;
    private int _next, _number = 1;

    /// <summary>The number of the events before the first audio.</summary>
    public static int Opening { get; } = VoiceTurn.Numbered.Repeated.TakeWhile(message => message.Work.AudioBytes == 0).Count();

    /// <summary>Continues with one of the audio events, or their transcript.</summary>
    public void SkipTo(int number) => _next = Opening + (number % (VoiceTurn.AudioDeltas + VoiceTurn.TranscriptDeltas));

    /// <summary>Ends the events: none is counted afterwards.</summary>
    public void End()
    {
        lock (_lock)
            _hasEnded = true;
    }

    /// <summary>Returns the next frame, which is valid until the next call; an empty one after the end.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        lock (_lock)
        {
            if (_hasEnded)
                return default;
            var (frame, index) = (Frames[_next], _next);
            frame.CopyTo(_frame, 0);
            NumberedTurn.Write(_frame, Places[index], _number);
            EventStamp.Write(_frame.AsSpan(Stamps[index]), Stopwatch.GetTimestamp());
            traffic.Send(1, TurnFrames.TextLength(frame));
            _next = (_next + 1) % Frames.Length;
            if (_next == 0)
                _number++;
            return _frame.AsMemory(0, frame.Length);
        }
    }
}
