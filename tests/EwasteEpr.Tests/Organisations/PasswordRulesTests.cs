using EwasteEpr.Organisations;

namespace EwasteEpr.Tests.Organisations;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("seven brown camels walk")]
    [InlineData("жеті қоңыр түйе келеді")]
    [InlineData("aaaa bbbb cccc dddd xq")] // ugly, but nobody's list begins with it
    [InlineData("03QJT-4DAYJ-XCRX9-23EW4")]
    [InlineData("no digits no capitals")]
    [InlineData("            twelve spaces count")]
    public void Check_LongAndUncommon_IsWelcome(string password) => Assert.Equal(PasswordProblem.None, PasswordRules.Check(password, []));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Aa1!Aa1!xyZ")]
    [InlineData("құпиясөз әә")]
    public void Check_UnderTwelve_IsTooShort(string? password) => Assert.Equal(PasswordProblem.TooShort, PasswordRules.Check(password, []));

    [Fact]
    public void Check_CountsCodePoints_NotUtf16Units() => Assert.Equal(PasswordProblem.TooShort, PasswordRules.Check("😀😁😂🤣😃😄", []));

    [Fact]
    public void Check_Accepts128AndRefuses129()
    {
        var words = string.Concat(Enumerable.Range(0, 64).Select(i => (char)('a' + i * 7 % 26) + " "));
        Assert.Equal(PasswordProblem.None, PasswordRules.Check(words, []));
        Assert.Equal(PasswordProblem.TooLong, PasswordRules.Check(words + "x", []));
    }

    [Theory]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("passwordpassword")]
    [InlineData("qwertyuiop12")]
    [InlineData("qwerty 123456")]
    [InlineData("123456789012")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("iloveyou2026")]
    [InlineData("correct horse battery staple")]
    [InlineData("йцукенгшщзхъ")]
    [InlineData("парольпароль")]
    [InlineData("Қазақстан2026")]
    [InlineData("kazakhstan01")]
    public void Check_WhatEverybodyTries_IsCommon(string password) => Assert.Equal(PasswordProblem.Common, PasswordRules.Check(password, []));

    [Theory]
    [InlineData("aigul.seitova1")]
    [InlineData("AltynDala2026")]
    [InlineData("EwasteEpr-2026")]
    public void Check_NameOfPersonOrFirm_IsTooPersonal(string password) =>
        Assert.Equal(PasswordProblem.TooPersonal, PasswordRules.Check(password, ["aigulseitova@example.kz", "ТОО «AltynDala»"]));

    // Not a theory: half a surrogate does not survive the way of test data through the runner.
    [Fact]
    public void Normalise_WhatIsNoText_ThrowsNothing()
    {
        foreach (var password in new[] { "seven brown camels \uFFFE walk", "seven brown camels \uD83D walk" })
        {
            Assert.Equal("seven brown camels \uFFFD walk", PasswordRules.Normalise(password));
            Assert.Equal(PasswordProblem.None, PasswordRules.Check(password, []));
        }
    }
}
