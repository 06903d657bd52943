using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Kernel;

public sealed class SecretsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ewaste-secrets-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Load_WithoutAKey_MakesOneFileOfMode600_AndKeepsIt()
    {
        var first = Secrets.Load(null, folder);
        var path = Path.Combine(folder, "secret.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(first.Hash("a", "text"), Secrets.Load(null, folder).Hash("a", "text"));
        Assert.Equal(first.Hash("a", "text"), Secrets.Load(File.ReadAllText(path).Trim(), "elsewhere").Hash("a", "text"));
    }

    [Fact]
    public void Load_AtOnceFromManyThreads_AgreesOnOneKey()
    {
        var hashes = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(16).Select(_ => Convert.ToHexString(Secrets.Load(null, folder).Hash("a", "text"))).Distinct(StringComparer.Ordinal).ToList();
        Assert.Single(hashes);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("dG9vIHNob3J0")]
    public void Load_WithAnUnusableKey_Says(string configured) => Assert.Throws<FormatException>(() => Secrets.Load(configured, folder));

    [Fact]
    public void Open_ForAnotherPurposeOrAltered_Refuses()
    {
        var secrets = Secrets.Load(null, folder);
        var box = secrets.Seal("one", "сейф");
        Assert.Equal("сейф", secrets.OpenText("one", box));
        Assert.NotEqual(box, secrets.Seal("one", "сейф"));
        Assert.ThrowsAny<CryptographicException>(() => secrets.Open("two", box));
        box[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => secrets.Open("one", box));
    }

    [Fact]
    public void Crockford_TakesWhatPeopleType()
    {
        Assert.Equal("AB01CD", Crockford.Normalise(" ab-ol cd "));
        Assert.Null(Crockford.Normalise("ABU"));
        Assert.Equal("ZZZZZZZZ", Crockford.From([255, 255, 255, 255, 255], 8));
        Assert.Equal("0G40R40M", Crockford.From([0x04, 0x08, 0x0C, 0x10, 0x14], 8));
        Assert.Equal(10, Crockford.Random(10).Length);
    }
}
