using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

public sealed class BlockPoolTests
{
    private const int Backlog = 1_000;

    [Fact]
    public void Blocks_of_a_backlog_of_any_length_are_used_again()
    {
        var pool = new BlockPool();
        var first = Rent(pool, Backlog);

        Return(pool, first);
        var second = Rent(pool, Backlog);

        second.ToHashSet(ReferenceEqualityComparer.Instance).SetEquals(first).Should().BeTrue();
        pool.Outstanding.Should().Be(Backlog);
    }

    [Fact]
    public void What_nobody_needed_for_half_a_minute_is_given_back_and_what_was_needed_is_kept()
    {
        var time = new FakeTimeProvider();
        var pool = new BlockPool(time);
        Return(pool, Rent(pool, Backlog));
        Trim(pool, time);
        var afterBurst = pool.FreeBytes;

        Return(pool, Rent(pool, 300));
        pool.Trim();
        pool.FreeBytes.Should().Be(afterBurst, "half a minute has not passed");
        Trim(pool, time);

        afterBurst.Should().Be((Backlog - 1) * BlockPool.BlockSize);
        pool.FreeBytes.Should().Be(299 * BlockPool.BlockSize);
    }

    [Fact]
    public void Two_megabytes_of_each_size_are_always_kept()
    {
        var time = new FakeTimeProvider();
        var pool = new BlockPool(time);
        Return(pool, Rent(pool, Backlog));

        for (var i = 0; i < 3; i++)
            Trim(pool, time);

        pool.FreeBytes.Should().Be(2 * 1024 * 1024);
    }

    [Fact]
    public void Full_collections_trim()
    {
        var time = new FakeTimeProvider();
        var pool = new BlockPool(time);
        Return(pool, Rent(pool, Backlog));

        for (var i = 0; i < 10 && pool.FreeBytes > 2 * 1024 * 1024; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        pool.FreeBytes.Should().Be(2 * 1024 * 1024);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16 * 1024, 16)]
    [InlineData((16 * 1024) + 1, 32)]
    [InlineData(1024 * 1024, 1024)]
    public void A_buffer_is_the_next_larger_size(int bytes, int kilobytes) => new BlockPool().Rent(bytes).Length.Should().Be(kilobytes * 1024);

    [Fact]
    public void Buffers_above_a_megabyte_are_exact_and_not_kept()
    {
        var pool = new BlockPool();

        var large = pool.Rent((1024 * 1024) + 1);
        pool.Return(large);

        large.Length.Should().Be((1024 * 1024) + 1);
        pool.FreeBytes.Should().Be(0);
    }

    private static void Trim(BlockPool pool, FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(30));
        pool.Trim();
    }

    private static List<byte[]> Rent(BlockPool pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent())];

    private static void Return(BlockPool pool, List<byte[]> blocks) => blocks.ForEach(pool.Return);
}
