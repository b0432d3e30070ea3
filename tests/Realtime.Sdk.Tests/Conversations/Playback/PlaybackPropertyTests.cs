using System.Buffers.Binary;
using Realtime.Sdk.Internal;
using static Realtime.Sdk.Tests.Conversations.Playback.PlaybackHarness;

namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>Random audio, ends and stops at random instants, against what a loudspeaker let out. A failure names its seed.</summary>
public sealed class PlaybackPropertyTests
{
    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 1_000 : 40;

    /// <summary>Positions are whole ticks, samples are not.</summary>
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1) / default(SampleFormat).Rate;

    private static readonly Task Never = new TaskCompletionSource().Task;

    [Theory]
    [InlineData("unbounded")]
    [InlineData("bounded")]
    [InlineData("bounded slow stop")]
    [InlineData("bounded drain at once")]
    [InlineData("unbounded no drain")]
    public async Task What_is_cut_ends_within_20_ms_of_what_the_player_let_out_and_never_beyond(string kind)
    {
        for (var seed = 0; seed < Runs; seed++)
            await RunAsync(kind, seed, isHonest: true);
    }

    [Theory]
    [InlineData("early")]
    [InlineData("late")]
    [InlineData("silent")]
    [InlineData("bounded jumping")]
    [InlineData("stop hangs")]
    [InlineData("bounded stop throws")]
    [InlineData("bounded write throws")]
    [InlineData("write hangs")]
    public async Task Whatever_a_player_says_no_more_is_counted_than_it_was_given(string kind)
    {
        for (var seed = 0; seed < Runs; seed++)
            await RunAsync(kind, seed, isHonest: false);
    }

    private static async Task RunAsync(string kind, int seed, bool isHonest)
    {
        var random = new Random(seed);
        var playback = new PlaybackHarness(time => Create(kind, time, random), maxBufferedBytes: random.Next(4) == 0 ? 100_000 : 16_000_000);
        var run = new Run(playback, random);
        var because = $"player '{kind}', seed {seed}";

        for (var step = 0; step < 40; step++)
            await run.StepAsync();
        await run.EndAsync();

        run.Check(isHonest, because);
        if (kind != "write hangs")
            playback.Pool.Rented.Should().Be(0, because);
        (playback.Time.WentNegative, playback.Time.Work).Should().Be((false, 0), because);
        playback.ReportedOutsideWork.Should().BeFalse(because);
    }

    private static EmittingPlayer Create(string kind, CountingTime time, Random random)
    {
        var random2 = new Random(random.Next());
        return new(time, isBounded: kind.StartsWith("bounded", StringComparison.Ordinal))
        {
            Say = position => kind switch
            {
                "early" => position + Ms(700),
                "late" => position > Ms(300) ? position - Ms(300) : TimeSpan.Zero,
                "silent" => TimeSpan.Zero,
                "bounded jumping" => position + Ms(random2.Next(-2_000, 2_000)),
                _ => position,
            },
            BeforeStop = () => kind switch
            {
                "bounded slow stop" => Task.Delay(Ms(60), time),
                "stop hangs" => Never,
                "bounded stop throws" => Task.FromException(new IOException("The device is gone.")),
                _ => Task.CompletedTask,
            },
            BeforeWrite = () => kind switch
            {
                "bounded write throws" when random2.Next(20) == 0 => Task.FromException(new IOException("The device is gone.")),
                "write hangs" when random2.Next(20) == 0 => Never,
                _ => Task.CompletedTask,
            },
            Drain = kind switch
            {
                "bounded drain at once" => () => Task.CompletedTask,
                "unbounded no drain" => () => Never,
                _ => null,
            },
        };
    }

    /// <summary>One run, with its own account of what was added.</summary>
    private sealed class Run(PlaybackHarness playback, Random random)
    {
        private readonly Dictionary<string, long> _added = [];
        private readonly Dictionary<string, TimeSpan> _last = [];
        private readonly List<(StoppedItem Cut, TimeSpan Emitted)> _cut = [];
        private readonly List<Task> _stops = [];
        private int _response;
        private int _item;

        private EmittingPlayer Player => (EmittingPlayer)playback.Player!;

        private string Response => $"r{_response}";

        public async Task StepAsync()
        {
            switch (random.Next(10))
            {
                case < 4:
                    Add(random.Next(20, 400));
                    break;
                case 4:
                    playback.Playback.CompleteItem(Response, $"{_item}");
                    _item++;
                    break;
                case 5:
                    NextResponse();
                    break;
                case 6:
                    var only = random.Next(3) == 0 ? $"r{Math.Max(0, _response - random.Next(2))}" : null;
                    var stopping = StopAsync(only);
                    _stops.Add(stopping);
                    if (only is null || only == Response)
                        NextResponse(isCut: true);
                    if (random.Next(2) == 0)
                        await playback.Time.AdvanceAsync(random.Next(300));
                    break;
                default:
                    await playback.Time.AdvanceAsync(random.Next(random.Next(2) == 0 ? 40 : 500));
                    break;
            }
            Query();
        }

        public async Task EndAsync()
        {
            NextResponse();
            for (var second = 0; second < 120 && (playback.Playback.IsPlaying || _stops.Exists(stop => !stop.IsCompleted)); second++)
                await playback.Time.AdvanceAsync(1_000);
            await playback.Time.IdleAsync();
            await Task.WhenAll(_stops).WithTimeout();
            await playback.DisposeAsync();
            await playback.Time.IdleAsync();
        }

        public void Check(bool isHonest, string because)
        {
            var played = playback.Played.Select(item => item.ItemId).ToArray();
            played.Concat(_cut.Select(item => item.Cut.ItemId)).Should().BeEquivalentTo(_added.Keys, "each item is reported once: {0}", because);
            played.Select(int.Parse).Should().BeInAscendingOrder("items are played in order: {0}", because);
            foreach (var (cut, emitted) in _cut)
            {
                var written = Player.WrittenOf(int.Parse(cut.ItemId));
                cut.Played.Should().BeLessThanOrEqualTo(cut.Received, because);
                if (!playback.Log.Contains("replaced"))
                    cut.Played.Should().BeLessThanOrEqualTo(written + Ms(200), because);
                if (!isHonest)
                    continue;
                cut.Played.Should().BeLessThanOrEqualTo(emitted + Sample, because).And.BeCloseTo(emitted, Ms(20), because);
                Player.EmittedOf(int.Parse(cut.ItemId)).Should().Be(emitted, "nothing is heard after a stop: {0}", because);
            }
            if (!isHonest)
                return;
            playback.Log.Should().NotContain("replaced", because);
            foreach (var (item, duration) in playback.Played)
                Player.EmittedOf(int.Parse(item)).Should().BeCloseTo(duration, Ms(0.1), because);
        }

        private void Add(int milliseconds)
        {
            var audio = new byte[default(SampleFormat).BytesIn(Ms(milliseconds))];
            for (var i = 0; i < audio.Length; i += sizeof(short))
                BinaryPrimitives.WriteInt16LittleEndian(audio.AsSpan(i), (short)_item);
            if (!playback.Log.Contains($"full {Response}"))
                _added[$"{_item}"] = _added.GetValueOrDefault($"{_item}") + audio.Length;
            playback.Playback.Add(Response, $"{_item}", audio, default);
            if (playback.Log.Contains($"full {Response}") && playback.Playback.GetReceived($"{_item}") == TimeSpan.Zero && !playback.Played.Exists(item => item.ItemId == $"{_item}"))
                _added.Remove($"{_item}");
        }

        private void NextResponse(bool isCut = false)
        {
            if (!isCut)
                playback.Playback.CompleteResponse(Response);
            _response++;
            _item++;
        }

        private async Task StopAsync(string? only)
        {
            var cut = await playback.Playback.StopAsync(only);
            lock (_cut)
                _cut.AddRange(cut.Select(item => (item, Player.EmittedOf(int.Parse(item.ItemId)))));
        }

        private void Query()
        {
            var item = $"{_item}";
            var (played, received) = (playback.Playback.GetPlayed(item), playback.Playback.GetReceived(item));
            if (received == TimeSpan.Zero)
                return;
            played.Should().BeGreaterThanOrEqualTo(_last.GetValueOrDefault(item)).And.BeLessThanOrEqualTo(received);
            _last[item] = played;
        }
    }
}
