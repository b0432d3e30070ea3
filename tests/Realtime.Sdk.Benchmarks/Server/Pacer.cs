using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Sends events at the pace of speech: a fixed number per second to each session that requested them, spread evenly over the second.</summary>
internal sealed class Pacer
{
    private readonly Lock _lock = new();
    private readonly List<Paced> _sessions = [];
    private Thread? _thread;

    public void Add(Stream stream, int eventsPerSecond, bool isNumbered)
    {
        lock (_lock)
        {
            _sessions.Add(new(stream, eventsPerSecond, isNumbered ? new(NumberedTurn.ShortAnswer) : null, _sessions.Count));
            if (_thread is null)
            {
                _thread = new(Run) { IsBackground = true, Name = "pacer" };
                _thread.Start();
            }
        }
    }

    private void Run()
    {
        var clock = Stopwatch.StartNew();
        double last = 0, debt = 0;
        var next = 0;
        while (true)
        {
            Thread.Sleep(1);
            var now = clock.Elapsed.TotalSeconds;
            lock (_lock)
            {
                debt = Math.Min(debt + ((now - last) * _sessions.Sum(session => session.EventsPerSecond)), 200);
                for (; debt >= 1 && _sessions.Count > 0; debt--)
                {
                    next %= _sessions.Count;
                    if (_sessions[next].SendNext())
                        next++;
                    else
                        _sessions.RemoveAt(next);
                }
            }
            last = now;
        }
    }

    private sealed class Paced(Stream stream, int eventsPerSecond, NumberedTurns? turns, int start)
    {
        private Task _sending = Task.CompletedTask;
        private int _next = start;

        public int EventsPerSecond => eventsPerSecond;

        public bool SendNext()
        {
            if (_sending.IsFaulted)
                return false;
            if (_sending.IsCompleted)
                _sending = SendAsync(turns?.NextEvent() ?? TurnFrames.Events[_next++ % TurnFrames.Events.Length]);
            return true;
        }

        private async Task SendAsync(byte[] frame) => await stream.WriteAsync(frame);
    }
}
