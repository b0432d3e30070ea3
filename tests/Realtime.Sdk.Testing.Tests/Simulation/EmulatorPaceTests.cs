namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class EmulatorPaceTests
{
    private const string Words = "one two three four five six seven eight nine ten eleven twelve";

    [Fact]
    public void The_default_is_instant()
    {
        new EmulatorModelOptions().Pace.Should().Be(EmulatorPace.Instant);
        EmulatorPace.Instant.Factor.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void A_pace_equals_another_of_the_same_factor_and_prints_it()
    {
        EmulatorPace.AtFactor(1).Should().Be(EmulatorPace.Speech);
        EmulatorPace.AtFactor(4).Should().Be(EmulatorPace.Service);
        EmulatorPace.AtFactor(2.5).ToString().Should().Be("2.5x");
        EmulatorPace.Instant.ToString().Should().Be("instant");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.009)]
    [InlineData(1001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_out_of_range_is_refused(double factor)
    {
        var make = () => EmulatorPace.AtFactor(factor);

        make.Should().Throw<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("factor");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    [InlineData(0.5)]
    public void Audio_and_its_transcript_leave_at_the_factor(double factor)
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.AtFactor(factor) });
        driver.Say(Words).Send(new ResponseCreateEvent()).Pass(0.25);

        for (var played = 1; played <= 3; played++)
        {
            driver.Pass(1 / factor);
            Seconds(driver).Should().BeInRange(played, played + 0.8);
            driver.Sent.Count(message => ModelDriver.Type(message) == "response.output_audio_transcript.delta")
                .Should().Be(driver.Sent.Count(message => ModelDriver.Type(message) == "response.output_audio.delta"));
        }

        driver.Pass(60).Last("response.done")["response"]!["status"]!.ToString().Should().Be("completed");
    }

    [Fact]
    public void Text_takes_as_long_as_if_it_were_spoken()
    {
        using var written = ModelDriver.With("""{"type":"realtime","output_modalities":["text"]}""", new() { Pace = EmulatorPace.Service });
        using var spoken = new ModelDriver(new() { Pace = EmulatorPace.Service });

        written.Say(Words).Send(new ResponseCreateEvent()).Pass(1);
        spoken.Say(Words).Send(new ResponseCreateEvent()).Pass(1);

        var deltas = written.Sent.Where(message => ModelDriver.Type(message) == "response.output_text.delta").Select(message => message["delta"]!.ToString()).ToList();
        deltas.Should().HaveCountGreaterThan(3).And.Equal(
            spoken.Sent.Where(message => ModelDriver.Type(message) == "response.output_audio_transcript.delta").Select(message => message["delta"]!.ToString()));
        deltas.Count.Should().BeLessThan(14);
    }

    private static double Seconds(ModelDriver driver) => driver.Sent
        .Where(message => ModelDriver.Type(message) == "response.output_audio.delta")
        .Sum(message => Convert.FromBase64String(message["delta"]!.ToString()).Length) / 48_000.0;
}
