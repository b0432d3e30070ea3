using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Sends events at the pace of speech: a fixed number per second to each session that requested them, spread evenly over the second.</summary>
internal sealed class Pacer
{
    private readonly Lock _lock = new();
    private readonly List<Paced> _sessions = [];
    private Thread? _thread;

    /// <summary>Adds a session. Sends the frames that <paramref name="next"/> returns, until it returns none.</summary>
    public void Add(Stream stream, int eventsPerSecond, Func<ReadOnlyMemory<byte>> next)
    {
        lock (_lock)
        {
            _sessions.Add(new(stream, eventsPerSecond, next));
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
                if (_sessions.Count == 0)
                {
                    _thread = null;
                    return;
                }
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

    private sealed class Paced(Stream stream, int eventsPerSecond, Func<ReadOnlyMemory<byte>> next)
    {
        private Task _sending = Task.CompletedTask;

        public int EventsPerSecond => eventsPerSecond;

        /// <summary>Sends the next frame, unless the last is still being sent. Returns false at the end of the session.</summary>
        public bool SendNext()
        {
            if (_sending.IsFaulted)
                return false;
            if (!_sending.IsCompleted)
                return true;
            var frame = next();
            if (frame.IsEmpty)
                return false;
            _sending = SendAsync(frame);
            return true;
        }

        private async Task SendAsync(ReadOnlyMemory<byte> frame) => await stream.WriteAsync(frame);
    }
}
