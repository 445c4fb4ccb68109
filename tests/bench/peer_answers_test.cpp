#include "bench/peers/systems/beanstalkd.hpp"
#include "bench/peers/systems/nats.hpp"
#include "bench/peers/systems/redis.hpp"

#include <catch2/catch.hpp>

#include <stdexcept>

namespace rota::bench {

TEST_CASE("beanstalkd's answers are distinguished") {
  beanstalk_answers answers;
  CHECK(answers.take("USING t000001\r") == beanstalk_answer::nothing);
  CHECK(answers.take("INSERTED 12\r") == beanstalk_answer::inserted);
  CHECK(answers.take("WATCHING 2\r") == beanstalk_answer::nothing);
  CHECK(answers.take("DELETED\r") == beanstalk_answer::deleted);
  CHECK(answers.take("TIMED_OUT\r") == beanstalk_answer::timed_out);
}

TEST_CASE("a job of beanstalkd's is complete with its body, whatever its text") {
  beanstalk_answers answers;
  CHECK(answers.take("RESERVED 345 7\r") == beanstalk_answer::nothing);
  CHECK(answers.take("DELETED\r") == beanstalk_answer::reserved);
  CHECK(answers.reserved_job() == "345");
  CHECK(answers.take("DELETED\r") == beanstalk_answer::deleted);
}

TEST_CASE("a refusal of beanstalkd's ends the bench") {
  beanstalk_answers answers;
  for (const auto* const refusal : {"NOT_FOUND\r", "OUT_OF_MEMORY\r", "INSERTED\r", ""})
    CHECK_THROWS_AS(answers.take(refusal), std::runtime_error);
}

TEST_CASE("Redis answers a number or a short text in one line") {
  redis_answers answers;
  CHECK(answers.take(":100\r") == 100U);
  CHECK(answers.take("+OK\r") == 0U);
  CHECK(answers.take("*0\r") == 0U);
}

TEST_CASE("a list of Redis' ends with its last string, whatever its text") {
  redis_answers answers;
  CHECK_FALSE(answers.take("*2\r"));
  CHECK_FALSE(answers.take("$4\r"));
  CHECK_FALSE(answers.at_string());
  CHECK_FALSE(answers.take("-ERR\r"));
  CHECK(answers.at_string());
  CHECK_FALSE(answers.take("$2\r"));
  CHECK(answers.take(":1\r") == 2U);
  CHECK(answers.at_string());
  CHECK(answers.take(":1\r") == 1U);
  CHECK_FALSE(answers.at_string());
}

TEST_CASE("a string of Redis' alone counts as one") {
  redis_answers answers;
  CHECK_FALSE(answers.take("$4\r"));
  CHECK(answers.take("jobs\r") == 1U);
}

TEST_CASE("a refusal of Redis' ends the bench") {
  redis_answers answers;
  for (const auto* const refusal : {"-LOADING Redis is loading\r", "", ":\r", "*-1\r"})
    CHECK_THROWS_AS(answers.take(refusal), std::runtime_error);
}

TEST_CASE("a message of NATS' has the subject for its answer") {
  nats_answers answers;
  CHECK(answers.take("INFO {}\r") == nats_answer::nothing);
  CHECK(answers.take("MSG jobs.t1 1 $JS.ACK.JOBS.all.1.2.3 4\r") == nats_answer::nothing);
  CHECK(answers.take("PING\r") == nats_answer::message);
  CHECK(answers.reply_to() == "$JS.ACK.JOBS.all.1.2.3");
  CHECK(answers.body() == "PING\r");
  CHECK(answers.take("MSG _INBOX.0 1 0\r") == nats_answer::nothing);
  CHECK(answers.take("\r") == nats_answer::message);
  CHECK(answers.reply_to().empty());
  CHECK(answers.take("PING\r") == nats_answer::ping);
}

TEST_CASE("a message of NATS' with only headers means that there are no more") {
  nats_answers answers;
  // "NATS/1.0 404 No Messages", an empty line and no body.
  CHECK(answers.take("HMSG _INBOX.0 1 28 28\r") == nats_answer::nothing);
  CHECK(answers.take("NATS/1.0 404 No Messages\r") == nats_answer::nothing);
  CHECK(answers.take("\r") == nats_answer::nothing);
  CHECK(answers.take("\r") == nats_answer::status);
  CHECK(answers.take("+OK\r") == nats_answer::nothing);
}

TEST_CASE("a refusal of NATS' ends the bench") {
  nats_answers answers;
  for (const auto* const refusal : {"-ERR 'Unknown Protocol Operation'\r", "MSG\r", "MSG a 1 x\r"})
    CHECK_THROWS_AS(answers.take(refusal), std::runtime_error);
}

} // namespace rota::bench
