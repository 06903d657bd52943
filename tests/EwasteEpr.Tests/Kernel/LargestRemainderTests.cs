using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Kernel;

public sealed class LargestRemainderTests
{
    [Fact]
    public void Split_TiesGoByPosition() => Assert.Equal([34L, 33L, 33L], LargestRemainder.Split(100, [1, 1, 1]));

    [Fact]
    public void Split_ANegativeTotal_IsTheMirror() => Assert.Equal([-34L, -33L, -33L], LargestRemainder.Split(-100, [1, 1, 1]));

    [Fact]
    public void Split_TheLargestRemainderGetsTheRest() => Assert.Equal([0L, 1L, 0L], LargestRemainder.Split(1, [3, 4, 3]));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Split_TheLargestNumbers_DoNotOverflow(long total)
    {
        Assert.Equal([total], LargestRemainder.Split(total, [long.MaxValue]));
        Assert.Equal(total, LargestRemainder.Split(total, [long.MaxValue, 1, long.MaxValue]).Sum());
    }

    [Fact]
    public void Split_WithoutAWeightAboveZero_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(1, []));
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(1, [0, 0]));
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(1, [2, -1]));
    }
}
