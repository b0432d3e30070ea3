namespace Realtime.Sdk.Testing;

/// <summary>
/// A clock for tests that needs no real time: it moves from timer to timer, and only while nothing is in hand and somebody waits for time to pass
/// (<see cref="RunUntilAsync(Task, CancellationToken)"/>, <see cref="AdvanceAsync"/>). What is in hand is counted and not guessed, so that the instants of all
/// events are the same in every run. Thread-safe.
/// </summary>
/// <remarks>
/// <para>In hand are: the work of every <see cref="RealtimeEmulator"/> with this clock; messages between it and the clients that it creates, from the
/// acceptance for sending to the arrival; messages that a connection has received, until its reader asks for the next one; sends, until their caller has
/// continued; callbacks of timers, and what continues in them; callbacks in <see cref="CallbackContext"/>; and what <see cref="BeginWork"/> and
/// <see cref="Hold"/> report.</para>
/// <para>Messages of a connection that nobody reads are not in hand once they have arrived. Nor is a connection in any direction in which a fault of
/// the emulator stops it, and a connection whose other end does not use this clock: neither keeps time from moving.</para>
/// <para>The body of a loop over <see cref="RealtimeConnection.ReadEventsAsync"/> is in hand: it must not wait for this clock, which would wait for it. REST
/// requests are in hand only while the emulator handles them: await them before you run time, or use <see cref="Hold"/>. Other code of the test is not
/// counted; time gives it some turns of the thread pool before it moves.</para>
/// </remarks>
/// <example>
/// <code>
/// var time = new VirtualTime();
/// await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
/// await time.AdvanceAsync(TimeSpan.FromMinutes(30));
/// </code>
/// </example>
public sealed partial class VirtualTime : WorkTrackingTimeProvider
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _start;
    private readonly int[] _inHand = new int[Enum.GetValues<WorkKind>().Length];
    private readonly CountingContext _context;
    private readonly Mover _mover;
    private long _now;

    // Changes with everything that is reported: time moves only when nothing has happened for some turns of the pool.
    private long _generation;

    /// <summary>Creates a clock that stands still.</summary>
    /// <param name="start">The instant at which it starts. The default is null: 2026-01-01T00:00:00Z.</param>
    public VirtualTime(DateTimeOffset? start = null)
    {
        _start = (start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();
        _context = new(this);
        _mover = new(this);
    }

    /// <summary>
    /// How long, in real time, time may be waited for and not move: because work in hand does not end, or because there is no timer. Then the waits throw a
    /// <see cref="TimeoutException"/> that says what is in hand. The default is 10 seconds; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan ExpectTimeout
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(nameof(value), value, "The time must be positive or infinite.");
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>The time that has passed since the start.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _now));

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// A context that posts to the thread pool and counts each callback as work from the post until it returns. Code that is started in it continues in it
    /// after each <see langword="await"/> that does not ask for the opposite.
    /// </summary>
    public override SynchronizationContext CallbackContext => _context;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <summary>Work begins: time does not move until <see cref="EndWork"/> is called as often.</summary>
    public override void BeginWork() => Begin(WorkKind.Work);

    /// <inheritdoc/>
    public override void EndWork() => End(WorkKind.Work);

    /// <summary>Holds time until the result is disposed: for code that waits for real input or output.</summary>
    public IDisposable Hold()
    {
        Begin(WorkKind.Hold);
        return new Holding(this);
    }

    /// <summary>
    /// Creates a timer like those of <see cref="TimeProvider.System"/>. Timers fire one at a time on the thread pool, in the order of their due times and then of
    /// their creation, each after everything that the last one has caused. A timer due after <see cref="TimeSpan.Zero"/> fires as soon as nothing is in hand,
    /// whether or not time is waited for.
    /// </summary>
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer.ThrowIfInvalid(dueTime, period);
        VirtualTimer timer;
        lock (_lock)
            timer = new(this, callback, state, ++_created);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Begin(WorkKind kind)
    {
        lock (_lock)
        {
            _inHand[(int)kind]++;
            _generation++;
        }
    }

    internal void End(WorkKind kind)
    {
        lock (_lock)
        {
            _inHand[(int)kind]--;
            _generation++;
        }
        MoveWhenIdle();
    }

    private sealed class Holding(VirtualTime time) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                time.End(WorkKind.Hold);
        }
    }
}
